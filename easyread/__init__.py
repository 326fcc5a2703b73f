"""Easy to read: data and French prose become easy sentences and pictures. Knows nothing of the portal.

``render`` writes sentences, ``lexicon`` finds what a text speaks of, ``pictures`` draws it.
"""
