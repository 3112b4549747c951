"""Which body hangs on which: a spanning tree of the joints, so that hinges cost no stiffness.

Joints of the tree become MuJoCo joints, which hold exactly and conserve energy; only a joint that
closes a loop has to be an equality constraint.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from scenes import geometry as geo
from scenes.scene import Body, Joint, Scene, Vec


@dataclass(slots=True)
class Node:
    """A moving body in the tree. `joint` leads to its parent; `None` is a body that flies free."""

    body: Body
    joint: Joint | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def sense(self) -> float:
        """-1 where the joint's first body hangs on its second: its angle then counts backwards."""
        return 1.0 if self.joint is None or self.joint.b == self.body.name else -1.0

    def all(self) -> Iterator[Node]:
        """It and all that hangs on it."""
        yield self
        for child in self.children:
            yield from child.all()

    def moment_kg_m2(self) -> float:
        """Moment of inertia, about its joint, of the body and all that hangs on it."""
        return self._moment(self.joint.at if self.joint else self.body.position)

    def _moment(self, about: Vec) -> float:
        body = self.body
        own = body.moment_kg_m2 + body.mass_kg * geo.distance(body.position, about) ** 2
        return own + sum(child._moment(about) for child in self.children)


@dataclass(frozen=True, slots=True)
class Forest:
    """`roots` stand in the world; `closures` are the joints that close a loop."""

    roots: tuple[Node, ...]
    closures: tuple[Joint, ...]

    def nodes(self) -> Iterator[Node]:
        """Every node."""
        stack = list(self.roots)
        while stack:
            node = stack.pop()
            yield node
            stack.extend(node.children)


def grow(scene: Scene) -> Forest:
    """The forest of a scene: grown from the world first, then from each free group's heaviest."""
    nodes = {body.name: Node(body) for body in scene.bodies if not body.fixed}
    ends: dict[str, list[Joint]] = {name: [] for name in nodes}
    grounded: list[tuple[str, Joint]] = []
    for joint in scene.joints:
        moving = [name for name in (joint.a, joint.b) if name in nodes]
        if len(moving) == 1:
            grounded.append((moving[0], joint))
        elif joint.kind != "roller":
            for name in moving:
                ends[name].append(joint)
    # What a motor turns has to be a joint; a roller gives way along its ground, so whatever else
    # holds the body is the better root.
    turned = {motor.joint for motor in scene.motors}
    grounded.sort(key=lambda held: (held[1].name not in turned, held[1].kind == "roller"))
    for links in ends.values():
        links.sort(key=lambda link: link.name not in turned)
    free = sorted(nodes, key=lambda name: -nodes[name].body.mass_kg)

    roots: list[Node] = []
    placed: set[str] = set()
    used: set[str] = set()
    starts: list[tuple[str, Joint | None]] = [*grounded, *((name, None) for name in free)]
    for name, holder in starts:
        if name in placed:
            continue
        nodes[name].joint = holder
        roots.append(nodes[name])
        placed.add(name)
        used |= {holder.name} if holder else set()
        queue = deque([nodes[name]])
        while queue:
            parent = queue.popleft()
            for link in ends[parent.body.name]:
                other = link.b if link.a == parent.body.name else link.a
                if other is None or other in placed:
                    continue
                nodes[other].joint = link
                parent.children.append(nodes[other])
                placed.add(other)
                used.add(link.name)
                queue.append(nodes[other])
    return Forest(tuple(roots), tuple(joint for joint in scene.joints if joint.name not in used))
