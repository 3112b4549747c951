"""The play header: all that a viewer needs beside the frames, read from a compiled model.

Bodies are those that move, in the order of the frames; everything that stands still hangs on -1,
the world, with its pose there. Lengths in metres, quaternions scalar first, colours 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mujoco
import numpy as np
import numpy.typing as npt

from .model import body_name, moving_bodies

HEADER_VERSION = 1
WORLD = -1

_VISIBLE_GROUPS = 3
"""Groups 0 to 2 are what MuJoCo's own viewer shows; 3 to 5 are for shapes that only collide."""

_UNSET_RGBA = (0.5, 0.5, 0.5, 1.0)
"""A geom's colour where the model says none: then its material's holds."""

_DIGITS = 6

_GEOM_TYPES = {
    int(mujoco.mjtGeom.mjGEOM_PLANE): "plane",
    int(mujoco.mjtGeom.mjGEOM_HFIELD): "hfield",
    int(mujoco.mjtGeom.mjGEOM_SPHERE): "sphere",
    int(mujoco.mjtGeom.mjGEOM_CAPSULE): "capsule",
    int(mujoco.mjtGeom.mjGEOM_ELLIPSOID): "ellipsoid",
    int(mujoco.mjtGeom.mjGEOM_CYLINDER): "cylinder",
    int(mujoco.mjtGeom.mjGEOM_BOX): "box",
    int(mujoco.mjtGeom.mjGEOM_MESH): "mesh",
    int(mujoco.mjtGeom.mjGEOM_SDF): "mesh",
}
_SIZES = {"sphere": 1, "capsule": 2, "cylinder": 2, "plane": 2, "mesh": 0, "hfield": 0}
_WRAPPED = {int(mujoco.mjtWrap.mjWRAP_SPHERE), int(mujoco.mjtWrap.mjWRAP_CYLINDER)}
_JOINT_TYPES = {
    int(mujoco.mjtJoint.mjJNT_FREE): "free",
    int(mujoco.mjtJoint.mjJNT_BALL): "ball",
    int(mujoco.mjtJoint.mjJNT_SLIDE): "slide",
    int(mujoco.mjtJoint.mjJNT_HINGE): "hinge",
}


def describe_model(model: mujoco.MjModel, *, duration_s: float, fps: float) -> dict[str, Any]:
    """The header, JSON-ready:

    - `bodies`: name, mass (kg), `com` (centre of mass in the body's frame) and `parent` (the body
      that it hangs on), of the frames' bodies;
    - `geoms`: `body` (index, -1 is the world), `type`, `size` as in MJCF (a mesh has `mesh`
      instead: an index), `pos`, `quat`, `rgba`, and `name` and `material` where they have one;
    - `meshes`: `vertices` (flat, three a vertex) and `faces` (flat, three vertices a triangle);
    - `joints`: name, type, `body`, `pos`, `axis` in the body's frame;
    - `sites`: name, `body`, `pos`;
    - `tendons`: `kind` (spring, damper or rope), `width`, `rgba`, `stiffness`, `damping`, `rest`
      (shortest and longest length without force), and its `path`: points (`body`, `pos`) and the
      geoms it wraps (`geom`, an index; `side`, the point on whose side it passes);
    - `forces`: pushes that keep their size and direction: name, `body`, `pos` where they act, and
      `force`, N, along the world's axes;
    - `ground`: the index of the geom that is the floor, or null; `gravity`, `center`, `extent`,
      `timestep`, `duration`, `fps`, `frames`.
    """
    return _Reader(model).header(duration_s, fps)


class _Reader:
    """Reads one model: what moves, where what stands still stands, and what is seen."""

    def __init__(self, model: mujoco.MjModel) -> None:
        self.model = model
        self.data = mujoco.MjData(model)
        if model.nkey:
            mujoco.mj_resetDataKeyframe(model, self.data, 0)
        mujoco.mj_kinematics(model, self.data)
        moving = moving_bodies(model)
        self.moving: list[int] = moving.tolist()
        self.index = np.full(model.nbody, WORLD)
        self.index[moving] = np.arange(len(moving))
        self.seen = [geom for geom in range(model.ngeom) if self._is_seen(geom)]
        meshes = sorted({int(model.geom_dataid[geom]) for geom in self.seen if self._mesh(geom)})
        self.meshes = {mesh: place for place, mesh in enumerate(meshes)}

    def header(self, duration_s: float, fps: float) -> dict[str, Any]:
        model = self.model
        return {
            "version": HEADER_VERSION,
            "model": model.names[: model.names.index(b"\0")].decode("utf-8", "replace"),
            "duration": duration_s,
            "fps": fps,
            "frames": round(duration_s * fps) + 1,
            "timestep": float(model.opt.timestep),
            "gravity": _short(model.opt.gravity),
            "center": _short(model.stat.center),
            "extent": float(model.stat.extent),
            "ground": self._ground(),
            "bodies": [
                {
                    "name": body_name(model, body),
                    "mass": float(f"{model.body_mass[body]:.6g}"),
                    "com": _short(model.body_ipos[body]),
                    "parent": int(self.index[model.body_parentid[body]]),
                }
                for body in self.moving
            ],
            "geoms": [self._geom(geom) for geom in self.seen],
            "meshes": [self._triangles(mesh) for mesh in self.meshes],
            "joints": [self._joint(joint) for joint in range(model.njnt)],
            "sites": [self._site(site) for site in range(model.nsite)],
            "tendons": [
                self._tendon(tendon)
                for tendon in range(model.ntendon)
                if self._is_spatial(tendon) and model.tendon_rgba[tendon, 3] > 0
            ],
            "forces": list(self._forces()),
        }

    def _colour(self, geom: int) -> npt.NDArray[np.float32]:
        rgba = self.model.geom_rgba[geom]
        material = self.model.geom_matid[geom]
        if material >= 0 and tuple(rgba) == _UNSET_RGBA:
            rgba = self.model.mat_rgba[material]
        return np.asarray(rgba)

    def _is_seen(self, geom: int) -> bool:
        return bool(self.model.geom_group[geom] < _VISIBLE_GROUPS and self._colour(geom)[3] > 0)

    def _mesh(self, geom: int) -> bool:
        return _GEOM_TYPES.get(int(self.model.geom_type[geom])) == "mesh"

    def _geom(self, geom: int) -> dict[str, Any]:
        model = self.model
        kind = _GEOM_TYPES[int(model.geom_type[geom])]
        body = int(self.index[model.geom_bodyid[geom]])
        place: dict[str, Any] = {"body": body, "type": kind}
        if name := model.geom(geom).name:
            place["name"] = name
        if model.geom_matid[geom] >= 0:
            place["material"] = model.mat(model.geom_matid[geom]).name
        if kind == "mesh":
            place["mesh"] = self.meshes[int(model.geom_dataid[geom])]
        else:
            place["size"] = _short(model.geom_size[geom][: _SIZES.get(kind, 3)])
        if body == WORLD:
            quaternion = np.empty(4)
            mujoco.mju_mat2Quat(quaternion, self.data.geom_xmat[geom])
            place |= {"pos": _short(self.data.geom_xpos[geom]), "quat": _short(quaternion)}
        else:
            place |= {"pos": _short(model.geom_pos[geom]), "quat": _short(model.geom_quat[geom])}
        return place | {"rgba": _short(self._colour(geom), 3)}

    def _triangles(self, mesh: int) -> dict[str, Any]:
        model = self.model
        vertices = slice(
            model.mesh_vertadr[mesh], model.mesh_vertadr[mesh] + model.mesh_vertnum[mesh]
        )
        faces = slice(model.mesh_faceadr[mesh], model.mesh_faceadr[mesh] + model.mesh_facenum[mesh])
        return {
            "vertices": _short(model.mesh_vert[vertices].ravel()),
            "faces": model.mesh_face[faces].ravel().tolist(),
        }

    def _joint(self, joint: int) -> dict[str, Any]:
        model = self.model
        return {
            "name": model.joint(joint).name,
            "type": _JOINT_TYPES[int(model.jnt_type[joint])],
            "body": int(self.index[model.jnt_bodyid[joint]]),
            "pos": _short(model.jnt_pos[joint]),
            "axis": _short(model.jnt_axis[joint]),
        }

    def _point(self, site: int) -> dict[str, Any]:
        body = int(self.index[self.model.site_bodyid[site]])
        at = self.data.site_xpos if body == WORLD else self.model.site_pos
        return {"body": body, "pos": _short(at[site])}

    def _site(self, site: int) -> dict[str, Any]:
        shown = self.model.site_rgba[site, 3] > 0 and self.model.site_group[site] < _VISIBLE_GROUPS
        return {"name": self.model.site(site).name, **self._point(site), "shown": bool(shown)}

    def _wraps(self, tendon: int) -> range:
        start = int(self.model.tendon_adr[tendon])
        return range(start, start + int(self.model.tendon_num[tendon]))

    def _is_spatial(self, tendon: int) -> bool:
        joint = int(mujoco.mjtWrap.mjWRAP_JOINT)
        return all(self.model.wrap_type[wrap] != joint for wrap in self._wraps(tendon))

    def _tendon(self, tendon: int) -> dict[str, Any]:
        model = self.model
        stiffness, damping = (
            float(model.tendon_stiffness[tendon]),
            float(model.tendon_damping[tendon]),
        )
        return {
            "name": model.tendon(tendon).name,
            "kind": "spring" if stiffness else "damper" if damping else "rope",
            "width": float(f"{model.tendon_width[tendon]:.4g}"),
            "rgba": _short(model.tendon_rgba[tendon], 3),
            "stiffness": stiffness,
            "damping": damping,
            "rest": _short(self._rest(tendon)),
            "path": list(self._path(tendon)),
        }

    def _rest(self, tendon: int) -> npt.NDArray[np.float64]:
        """A rope holds from its limit on; all else pulls from where its spring begins to."""
        model = self.model
        springless = not model.tendon_stiffness[tendon]
        if springless and model.tendon_limited[tendon] and not model.tendon_damping[tendon]:
            return np.array([0.0, model.tendon_range[tendon, 1]])
        return np.asarray(model.tendon_lengthspring[tendon])

    def _path(self, tendon: int) -> Iterable[dict[str, Any]]:
        model = self.model
        for wrap in self._wraps(tendon):
            kind, target = int(model.wrap_type[wrap]), int(model.wrap_objid[wrap])
            if kind == int(mujoco.mjtWrap.mjWRAP_SITE):
                yield self._point(target)
            elif kind in _WRAPPED:
                side = round(float(model.wrap_prm[wrap]))
                if target in self.seen:
                    yield {
                        "geom": self.seen.index(target),
                        "side": self._point(side) if side >= 0 else None,
                    }

    def _forces(self) -> Iterable[dict[str, Any]]:
        """Actuators that push at a site along a direction fixed in the world, as they start."""
        model = self.model
        for actuator in range(model.nu):
            site, against = (int(part) for part in model.actuator_trnid[actuator])
            if model.actuator_trntype[actuator] != mujoco.mjtTrn.mjTRN_SITE or against < 0:
                continue
            if self.index[model.site_bodyid[against]] != WORLD:
                continue
            size = self.data.ctrl[actuator] * model.actuator_gainprm[actuator, 0]
            axes = self.data.site_xmat[against].reshape(3, 3)
            force = axes @ model.actuator_gear[actuator, :3] * size
            if np.any(force):
                name = model.actuator(actuator).name
                yield {"name": name, **self._point(site), "force": _short(force)}

    def _ground(self) -> int | None:
        """The lowest plane that faces up."""
        floors = [
            (float(self.data.geom_xpos[geom][2]), place)
            for place, geom in enumerate(self.seen)
            if self.model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_PLANE
            and self.data.geom_xmat[geom][8] > 0.99
        ]
        return min(floors)[1] if floors else None


def _short(values: npt.ArrayLike, digits: int = _DIGITS) -> list[float]:
    """Numbers with as many decimals as can be seen: a micrometre."""
    return [round(float(value), digits) + 0.0 for value in np.asarray(values, np.float64)]
