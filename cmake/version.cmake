# What the program calls itself: what `git describe` says of HEAD; without git (a tarball) the file VERSION.
# vg_version(RET): 0.1.0 at the tag v0.1.0, 0.1.0-3-g0c1a571 three commits later, 0.1.0-g0c1a571 where no tag is known.

function(vg_version ret)
  file(STRINGS ${CMAKE_SOURCE_DIR}/VERSION release LIMIT_COUNT 1)
  set(${ret} ${release} PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/VERSION)
  find_program(GIT git)
  if(NOT GIT)
    return()
  endif()
  # A tarball that was unpacked inside another repository is not described by that one.
  vg_git(top rev-parse --show-toplevel)
  file(REAL_PATH ${CMAKE_SOURCE_DIR} here)
  if(NOT top STREQUAL here)
    return()
  endif()
  vg_git(described describe --tags --match "v[0-9]*")
  vg_git(commit rev-parse --short=7 HEAD)
  if(described)
    string(REGEX REPLACE "^v" "" described "${described}")
    set(${ret} ${described} PARENT_SCOPE)
  elseif(commit)
    set(${ret} ${release}-g${commit} PARENT_SCOPE)
  endif()
  vg_git(log rev-parse --path-format=absolute --git-path logs/HEAD) # has a new line whenever HEAD moves
  if(EXISTS "${log}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${log})
  endif()
endfunction()

# vg_git(RET ARGUMENT…): the one line that git answers, or "".
function(vg_git ret)
  execute_process(COMMAND ${GIT} ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE answer ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    set(answer "")
  endif()
  set(${ret} "${answer}" PARENT_SCOPE)
endfunction()
