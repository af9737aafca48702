#!/usr/bin/python3
"""Knocks at both doors with keys that nobody knows, a new one each time, so many a second: flood.py WRITE READ SERVER_KEY RATE SECONDS.
Prints how many knocks it made. A program of its own, so that who floods takes no time from who measures."""

import collections
import itertools
import select
import sys
import time

import nacl.bindings
import zmq

OPEN_S = 1  # then a knock has been heard long since; who stays would only try again later


def knock(context, endpoint, server):
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
    socket.curve_serverkey = server
    socket.connect(endpoint)
    return socket


def main(write, read, server, rate, seconds):
    context = zmq.Context()
    context.max_sockets = 8192
    curve = nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(bytes.fromhex(server))
    rate, began, ends = int(rate), time.monotonic(), time.monotonic() + int(seconds)
    standing, endpoints, made = collections.deque(), itertools.cycle((write, read)), 0
    while (now := time.monotonic()) < ends:
        while standing and standing[0][0] <= now:
            standing.popleft()[1].close()
        if made < (now - began) * rate:
            standing.append((now + OPEN_S, knock(context, next(endpoints), curve)))
            made += 1
        else:
            select.select([], [], [], 1 / rate)
    print(made, flush=True)
    while standing:
        standing.popleft()[1].close()
    context.term()


if __name__ == "__main__":
    main(*sys.argv[1:])
