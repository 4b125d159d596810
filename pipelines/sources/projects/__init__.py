"""Registers of projects: cohesion policy, Interreg, research, grants, social economy."""
