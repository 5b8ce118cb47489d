# libvigia-ais, shared and static: the rooms base, report, nmea and sensor/ais behind the one header <vigia/ais.h>. Made of the
# rooms' own objects; everything but that header's functions is hidden (CMAKE_C_VISIBILITY_PRESET).

set(vigia_ais_objects $<TARGET_OBJECTS:vg_base> $<TARGET_OBJECTS:vg_report> $<TARGET_OBJECTS:vg_nmea>
    $<FILTER:$<TARGET_OBJECTS:vg_sensor>,INCLUDE,/sensor/ais/>)
foreach(kind SHARED STATIC)
  string(TOLOWER vigia_ais_${kind} target)
  add_library(${target} ${kind} ${vigia_ais_objects})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(${target} PRIVATE m Threads::Threads)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME vigia-ais LINKER_LANGUAGE C VERSION ${PROJECT_VERSION}
                        SOVERSION ${PROJECT_VERSION_MAJOR})
  install(TARGETS ${target})
endforeach()

# The prefix is found from where the file lies (lib/pkgconfig, lib/ARCH/pkgconfig): the installed tree may be moved.
string(REGEX REPLACE "[^/]+" ".." pc_prefix "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(pc_prefix "\${pcfiledir}/${pc_prefix}")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
endif()
configure_file(${CMAKE_SOURCE_DIR}/cmake/vigia-ais.pc.in ${CMAKE_BINARY_DIR}/vigia-ais.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/vigia-ais.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${CMAKE_SOURCE_DIR}/include/vigia/ais.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vigia)
install(FILES ${CMAKE_SOURCE_DIR}/docs/man/libvigia-ais.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)
install(FILES ${CMAKE_SOURCE_DIR}/docs/man/vigia-repair.1 ${CMAKE_SOURCE_DIR}/docs/man/vigia-track.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

# Each examples/NAME.c is a program over the installed interface alone; its test compares what it prints.
file(GLOB examples CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/examples/*.c)
foreach(source ${examples})
  get_filename_component(name ${source} NAME_WE)
  add_executable(example_${name} ${source})
  target_link_libraries(example_${name} PRIVATE vigia_ais_shared)
  if(VIGIA_TESTS)
    add_test(NAME examples/${name} COMMAND ${CMAKE_SOURCE_DIR}/examples/run.sh ${CMAKE_SOURCE_DIR}/examples/expected/${name}
             $<TARGET_FILE:example_${name}>)
    set_tests_properties(examples/${name} PROPERTIES LABELS sensor)
    add_dependencies(tests_sensor example_${name})
  endif()
endforeach()

if(VIGIA_TESTS)
  find_package(Python3 COMPONENTS Interpreter)
  if(Python3_FOUND AND NOT VIGIA_SANITIZE MATCHES "thread")
    add_test(NAME sensor/python_binding COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/sensor/python_binding.py
             ${CMAKE_SOURCE_DIR}/bindings/python)
    add_test(NAME examples/python COMMAND ${CMAKE_SOURCE_DIR}/examples/run.sh ${CMAKE_SOURCE_DIR}/examples/expected/python
             ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/examples/decode.py)
    set(environment "VIGIA_AIS_LIBRARY=$<TARGET_FILE:vigia_ais_shared>")
    if(VIGIA_SANITIZE MATCHES "address") # its runtime must be the first library of the process; Python leaks by design
      execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libasan.so OUTPUT_VARIABLE asan
                      OUTPUT_STRIP_TRAILING_WHITESPACE)
      list(APPEND environment "LD_PRELOAD=${asan}" "ASAN_OPTIONS=detect_leaks=0")
    endif()
    list(APPEND environment "PYTHONPATH=${CMAKE_SOURCE_DIR}/bindings/python")
    set_tests_properties(sensor/python_binding examples/python PROPERTIES LABELS sensor ENVIRONMENT "${environment}")
  else()
    add_test(NAME sensor/python_binding COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: no python3, or thread sanitizer")
    set_tests_properties(sensor/python_binding PROPERTIES LABELS sensor SKIP_REGULAR_EXPRESSION "SKIPPED")
  endif()
endif()
