/* The aggregator's two reactors behind doors that are open to everybody: the program that is
 * released always locks them, and then every agent of a measurement would need libzmq's client,
 * which costs as much of the machine as the aggregator itself. */
#ifndef BENCH_DOORS_H
#define BENCH_DOORS_H

/* Serves the store until SIGTERM; writes both endpoints to the file `ports` as the program does.
 * The exit code. */
int doors_serve(const char *store, const char *ports);

#endif
