/* Fft: the discrete Fourier transform of a power of two of points, for long correlations. */
#ifndef TEST_FFT_H
#define TEST_FFT_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

/* In place; `inverse` without the division by n. */
void fft(double complex *data, size_t n, bool inverse);

#endif
