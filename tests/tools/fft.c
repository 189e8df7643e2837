#include "fft.h"

#include <math.h>

#define PI 3.14159265358979323846

static void reverse_bits(double complex *data, size_t n)
{
	for (size_t i = 1, j = 0; i < n; i++) {
		size_t bit = n >> 1;

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			double complex swap = data[i];

			data[i] = data[j];
			data[j] = swap;
		}
	}
}

void fft(double complex *data, size_t n, bool inverse)
{
	reverse_bits(data, n);
	for (size_t len = 2; len <= n; len *= 2) {
		double angle = (inverse ? 2 : -2) * PI / (double)len;

		for (size_t k = 0; k < len / 2; k++) {
			double complex w = cexp(I * angle * (double)k);

			for (size_t i = k; i < n; i += len) {
				double complex a = data[i], b = data[i + len / 2] * w;

				data[i] = a + b;
				data[i + len / 2] = a - b;
			}
		}
	}
}
