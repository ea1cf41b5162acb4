"""The library of pictures in the newsroom: found, taken in, described, chosen, withdrawn and replaced."""
