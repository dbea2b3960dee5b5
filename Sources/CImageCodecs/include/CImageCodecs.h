/// Shims over libjpeg and libpng, whose errors are long jumps that Swift cannot take part in.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

#endif
