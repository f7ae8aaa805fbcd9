"""The law: pure values and functions. Standard library only; `guard.py` alone knows Strawberry."""
