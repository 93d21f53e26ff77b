"""stub"""


def write(*a):
    raise NotImplementedError
