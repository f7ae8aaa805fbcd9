"""The journal as evidence: verified against its chains and checkpoints, and given out with the proof."""
