"""``./run bench``: what the portal costs, each figure beside its goal. It stays on this machine and ends by itself."""
