"""Compile every kernel once, at installation, so that no live decision waits for a compiler."""


def main() -> None:
    """Compile the kernels into their on-disk cache."""


if __name__ == "__main__":
    main()
