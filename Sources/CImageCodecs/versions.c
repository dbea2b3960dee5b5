#include <stdio.h>

#include <jpeglib.h>
#include <zlib.h>

#include "CImageCodecs.h"

#define TEXT(x) #x
#define QUOTED(x) TEXT(x)

const char *ic_jpeg_version(void) {
#ifdef LIBJPEG_TURBO_VERSION
  return "libjpeg-turbo " QUOTED(LIBJPEG_TURBO_VERSION);
#else
  return "libjpeg " QUOTED(JPEG_LIB_VERSION);
#endif
}

const char *ic_zlib_version(void) { return zlibVersion(); }
