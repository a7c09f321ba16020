"""`python -m sharedsocial_utils` is the command `sharedsocial`."""

from sharedsocial_utils.cli import main

if __name__ == "__main__":
    main()
