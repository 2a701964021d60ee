"""The messages of the exchange as they go over the wire, use case by use case.

Fields, obligations and codes follow the published schemas (SAMU-Hub-Modeles, version 26.07.29);
what is absent stays UNSET, so that a message read and written again is the same message.
"""
