"""The routes of what a run made: the same below a simulation and below a link to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Response

from records.simulations import Simulation
from records.trajectories import energy_key

from .problems import problem_responses
from .results import Download, file_name, made, model_key, serve_result, serve_trajectory, served
from .serving import TheServing
from .trajectories import Format

_JSON = "application/json"


def add_result_routes(router: APIRouter, path: str, find: Callable[..., Any]) -> None:
    """Serve model, trajectory, pictures and energy below a path.

    Args:
        path: of the simulation, such as `/v1/simulations/{simulation_id}`.
        find: the dependency that finds it for whoever asks, or raises NotFound.
    """
    found = Depends(find)

    @router.get(
        f"{path}/model.xml",
        response_class=Response,
        responses=served("MJCF that stock MuJoCo loads as it is.", "application/xml"),
        summary="The model",
    )
    async def read_model(
        serving: TheServing, simulation: Simulation = found, download: Download = False
    ) -> Response:
        """Bodies and geoms are named as in the analysis; keyframe 0 is the start."""
        key = model_key(serving.database, simulation)
        name = file_name(simulation, ".xml") if download else None
        return serve_result(serving, key, "application/xml", file_name=name)

    @router.get(
        f"{path}/trajectory",
        response_class=Response,
        responses={
            **served("The frames.", *(kind.value for kind in Format)),
            **problem_responses(401, 404, 406, 409, 422),
        },
        summary="How it moves",
    )
    async def read_trajectory(
        serving: TheServing, simulation: Simulation = found, download: Download = False
    ) -> Response:
        """Every frame, in the type that `Accept` asks for: the stream codec, CSV or JSON."""
        return serve_trajectory(serving, simulation, download=download)

    @router.get(
        f"{path}/preview.png",
        response_class=Response,
        responses=served("A picture.", "image/png"),
        summary="A picture of it",
    )
    async def read_picture(
        serving: TheServing, simulation: Simulation = found, download: Download = False
    ) -> Response:
        """The scene and the paths that its bodies take."""
        key = made(serving.database, simulation, simulation.preview_png_key)
        name = file_name(simulation, ".png") if download else None
        return serve_result(serving, key, "image/png", file_name=name)

    @router.get(
        f"{path}/preview.gif",
        response_class=Response,
        responses=served("An animation.", "image/gif"),
        summary="An animation of it",
    )
    async def read_animation(
        serving: TheServing, simulation: Simulation = found, download: Download = False
    ) -> Response:
        """The motion, small and looped."""
        key = made(serving.database, simulation, simulation.preview_gif_key)
        name = file_name(simulation, ".gif") if download else None
        return serve_result(serving, key, "image/gif", file_name=name)

    @router.get(
        f"{path}/energy",
        response_class=Response,
        responses=served("`kinetic`, `potential` (J) and `contact`, a value a frame.", _JSON),
        summary="Its energy, frame by frame",
    )
    async def read_energy(serving: TheServing, simulation: Simulation = found) -> Response:
        """Potential energy is gravity's and the springs'; `contact` is 1 where anything touched."""
        key = energy_key(made(serving.database, simulation, simulation.trajectory_prefix))
        return serve_result(serving, key, _JSON)
