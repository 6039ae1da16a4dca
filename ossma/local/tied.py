"""Becomes another program that does not outlive its parent: `python tied.py SIGNAL PARENT ACCOUNT CMD…` (ACCOUNT `-` stays who it is).

A program of its own and not a `preexec_fn`: code between fork and exec is not safe in a process with threads. The kernel
forgets the parent-death signal when the account changes, so the account changes first.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> None:
    """Ask the kernel for a signal when the process that started this one dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def become(number: int, parent: int, account: int | None, command: list[str]) -> None:
    """Take the account, tie the knot, start the program in this process."""
    if account is not None:
        os.setgroups([])
        os.setgid(account)
        os.setuid(account)
    die_with_parent(number)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - to become the program is the purpose


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), None if sys.argv[3] == "-" else int(sys.argv[3]), sys.argv[4:])
