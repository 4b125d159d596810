"""Errors that a person can cause and can mend."""


class InputError(ValueError):
    """Something given from outside cannot be used.

    The message is one sentence for a planner: what was given, what was expected, what to do. The command line
    prints it and exits with code 2; the dashboard shows it as a notice.
    """
