"""Small models whose motion the textbook knows."""

G = 9.81


def pendulum(length_m: float = 1.0, angle_rad: float = 0.1, option: str = "") -> str:
    """A point mass on a massless rod, let go at an angle; `bob` turns about the origin."""
    return f"""<mujoco>
      <option integrator="RK4" {option}/>
      <worldbody>
        <body name="bob">
          <joint axis="0 -1 0"/>
          <inertial pos="0 0 {-length_m}" mass="2" diaginertia="1e-9 1e-9 1e-9"/>
          <geom type="sphere" size="0.05" pos="0 0 {-length_m}" contype="0" conaffinity="0"/>
        </body>
      </worldbody>
      <keyframe><key qpos="{angle_rad}"/></keyframe>
    </mujoco>"""


def falling_ball(height_m: float = 2.0, speed_x: float = 0.0, option: str = "") -> str:
    """A ball let go, or thrown sideways, above a floor."""
    return f"""<mujoco>
      <option {option}/>
      <worldbody>
        <geom name="floor" type="plane" size="5 5 0.1"/>
        <body name="ball" pos="0 0 {height_m}">
          <joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 0 1"/>
          <joint type="hinge" axis="0 -1 0"/>
          <geom type="sphere" size="0.1" mass="1"/>
        </body>
      </worldbody>
      <keyframe><key qpos="0 0 0" qvel="{speed_x} 0 0"/></keyframe>
    </mujoco>"""


def spring_and_mass(stiffness: float = 100.0, mass_kg: float = 2.0) -> str:
    """A mass on a spring tendon that hangs from a point, let go below its rest."""
    return f"""<mujoco>
      <option integrator="RK4" timestep="0.001"/>
      <worldbody>
        <site name="top" pos="0 0 3"/>
        <body name="weight" pos="0 0 2">
          <joint type="slide" axis="0 0 1"/>
          <geom type="box" size="0.1 0.1 0.1" mass="{mass_kg}"/>
          <site name="hook" pos="0 0 0.1"/>
        </body>
      </worldbody>
      <tendon>
        <spatial name="spring" stiffness="{stiffness}" springlength="0.9">
          <site site="top"/><site site="hook"/>
        </spatial>
      </tendon>
    </mujoco>"""


def exploding(option: str = "") -> str:
    """A stiff spring on a light body, far beyond what its time step can follow."""
    return f"""<mujoco>
      <option timestep="0.01" integrator="Euler" {option}/>
      <worldbody>
        <body name="calm" pos="5 0 0"><joint type="slide"/><geom size="0.1" mass="1"/></body>
        <body name="flea"><joint type="slide" stiffness="1e9" springref="1"/>
          <geom size="0.1" mass="0.001" contype="0" conaffinity="0"/></body>
      </worldbody>
    </mujoco>"""


def pile(count: int) -> str:
    """Boxes that fall on one another."""
    bodies = "".join(
        f'<body name="box_{i}" pos="{0.01 * (i % 7)} {0.01 * (i % 5)} {0.3 + 0.25 * i}">'
        '<freejoint/><geom type="box" size="0.1 0.1 0.1"/></body>'
        for i in range(count)
    )
    return f'<mujoco><worldbody><geom type="plane" size="5 5 1"/>{bodies}</worldbody></mujoco>'
