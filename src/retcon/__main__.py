"""`python -m retcon` and the script `retcon`."""

from retcon.cli.main import main

if __name__ == "__main__":
    main()
