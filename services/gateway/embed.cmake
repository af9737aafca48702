cmake_minimum_required(VERSION 3.25)
# Writes one C file that holds the files of the pages: cmake -DOUT=... -DFOLDERS="a;b" -P embed.cmake
# Each folder is laid over the root of the server ("web/app.js" is "/app.js"); see assets.h.
# A file whose type is not listed is left out, and so is everything below node_modules, src and tests.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_png "image/png")
set(type_ico "image/x-icon")
set(type_woff2 "font/woff2")
set(type_webmanifest "application/manifest+json")
set(compressed html css js svg webmanifest json)

set(blocks "")
set(rows "")
set(number 0)

function(embed file path type)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  set(zipped ${OUT}.${number}.gz)
  if("${extension}" IN_LIST compressed)
    execute_process(COMMAND gzip -9 -n -c ${file} OUTPUT_FILE ${zipped} COMMAND_ERROR_IS_FATAL ANY)
  else()
    file(WRITE ${zipped} "")
  endif()
  string(APPEND blocks "BLOB(asset_${number}, \"${file}\")\nBLOB(zipped_${number}, \"${zipped}\")\n")
  string(APPEND rows "    {\"${path}\", \"${type}\", \"\\\"${hash}\\\"\", asset_${number}, asset_${number}_end, zipped_${number}, zipped_${number}_end},\n")
  math(EXPR next "${number} + 1")
  set(blocks "${blocks}" PARENT_SCOPE)
  set(rows "${rows}" PARENT_SCOPE)
  set(number ${next} PARENT_SCOPE)
endfunction()

foreach(folder IN LISTS FOLDERS)
  file(GLOB_RECURSE files RELATIVE ${folder} ${folder}/*)
  list(SORT files)
  foreach(name IN LISTS files)
    get_filename_component(extension ${name} LAST_EXT)
    string(REGEX REPLACE "^\\." "" extension "${extension}")
    if(NOT name MATCHES "(^|/)(node_modules|src|tests)/" AND DEFINED type_${extension})
      embed(${folder}/${name} /${name} "${type_${extension}}")
    endif()
  endforeach()
endforeach()
embed(${OPENAPI} /openapi.json "application/json")

file(WRITE ${OUT} "/* Made by embed.cmake. */
#include \"assets.h\"

#define BLOB(name, file)                                                      \\
    __asm__(\".section .rodata\\n.balign 16\\n.global \" #name \"\\n\" #name \":\\n\"     \\
            \".incbin \\\"\" file \"\\\"\\n.global \" #name \"_end\\n\" #name \"_end:\\n.byte 0\\n.previous\\n\");  \\
    extern const uint8_t name[], name##_end[];

${blocks}
const struct jb_asset jb_assets[] = {
${rows}};
const size_t jb_asset_count = sizeof(jb_assets) / sizeof(jb_assets[0]);
")
