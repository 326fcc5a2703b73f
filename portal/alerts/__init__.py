"""« Comment me prévenir » : by what means each person is told outside that there is something new, when, and what comes
back. Outside Relie, nothing more is ever said than that."""
