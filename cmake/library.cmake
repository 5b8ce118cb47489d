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

configure_file(${CMAKE_SOURCE_DIR}/cmake/vigia-ais.pc.in ${CMAKE_BINARY_DIR}/vigia-ais.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/vigia-ais.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${CMAKE_SOURCE_DIR}/include/vigia/ais.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vigia)
install(FILES ${CMAKE_SOURCE_DIR}/docs/man/libvigia-ais.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)

add_executable(example_ais_positions ${CMAKE_SOURCE_DIR}/examples/ais_positions.c)
target_link_libraries(example_ais_positions PRIVATE vigia_ais_shared)

if(VIGIA_TESTS)
  add_test(NAME sensor/example COMMAND sh -c
           "printf '!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\\n' | $<TARGET_FILE:example_ais_positions>")
  set_tests_properties(sensor/example PROPERTIES PASS_REGULAR_EXPRESSION "265547250 +11\\.832977 +57\\.660353 +13\\.9 kn")
  find_package(Python3 COMPONENTS Interpreter)
  if(Python3_FOUND AND NOT VIGIA_SANITIZE MATCHES "thread")
    add_test(NAME sensor/python_binding COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/sensor/python_binding.py
             ${CMAKE_SOURCE_DIR}/bindings/python)
    set(environment "VIGIA_AIS_LIBRARY=$<TARGET_FILE:vigia_ais_shared>")
    if(VIGIA_SANITIZE MATCHES "address") # its runtime must be the first library of the process; Python leaks by design
      execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libasan.so OUTPUT_VARIABLE asan
                      OUTPUT_STRIP_TRAILING_WHITESPACE)
      list(APPEND environment "LD_PRELOAD=${asan}" "ASAN_OPTIONS=detect_leaks=0")
    endif()
    set_tests_properties(sensor/python_binding PROPERTIES ENVIRONMENT "${environment}")
  else()
    add_test(NAME sensor/python_binding COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: no python3, or thread sanitizer")
    set_tests_properties(sensor/python_binding PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED")
  endif()
endif()
