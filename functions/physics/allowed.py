"""What an uploaded model may contain: each element where it may stand, and its attributes.

Taken from MuJoCo 3.14.0's own schema (`mujoco.mj_printSchema`), without plugins and extensions,
which load code, and without `attach` and `model`, which load other models. `frame` and `replicate`
are not in that schema but belong to the language. Attributes that name files are listed here, so
that the refusal can say which files a model asks for. A test compares this with the schema of the
MuJoCo that is installed.

A line is a path (`worldbody` and nested bodies are all `body`, nested defaults all `default`), with
siblings that share their attributes joined by commas, a colon, and the attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache


@cache
def allowed_elements() -> Mapping[str, frozenset[str]]:
    """Attributes by the element's path; the root's path is empty."""
    table: dict[str, frozenset[str]] = {"": frozenset({"model"})}
    for entry in _ALLOWED.replace("\n    ", " ").strip().splitlines():
        path, _, attributes = entry.partition(":")
        parent, slash, names = path.rpartition("/")
        for name in names.split(","):
            table[parent + slash + name] = frozenset(attributes.split())
    return table


_ALLOWED = """
compiler: alignfree angle assetdir autolimits balanceinertia boundinertia boundmass conflict
    coordinate discardvisual eulerseq fitaabb fusestatic inertiafromgeom inertiagrouprange meshdir
    saveinertial settotalmass strippath texturedir usethread
compiler/lengthrange: accel interval inttotal maxforce mode timeconst timestep tolrange
    useexisting uselimit
option: actuatorgroupdisable ccd_iterations ccd_tolerance cone density gravity impratio integrator
    iterations jacobian ls_iterations ls_tolerance magnetic noslip_iterations noslip_tolerance
    o_friction o_margin o_solimp o_solref sdf_initpoints sdf_iterations sleep_tolerance solver
    timestep tolerance viscosity wind
option/flag: actuation autoreset clampctrl constraint contact damper diagexact energy equality
    eulerdamp filterparent frictionloss fwdinv gravity invdiscrete ipc island limit midphase
    multiccd nativeccd override refsafe sensor sleep spring warmstart
size: memory nconmax njmax nkey nstack nuser_actuator nuser_body nuser_cam nuser_geom nuser_jnt
    nuser_sensor nuser_site nuser_tendon nuserdata
statistic: center extent meaninertia meanmass meansize
visual,asset,deformable,contact,tendon,equality,actuator,sensor,custom,keyframe:
visual/global: azimuth bvactive cameraid elevation ellipsoidinertia fovy glow ipd linewidth
    offheight offwidth orthographic realtime
visual/quality: numquads numslices numstacks offsamples shadowsize
visual/headlight: active ambient diffuse specular
visual/map: actuatortendon alpha fogend fogstart force haze shadowclip shadowscale stiffness
    stiffnessrot torque zfar znear
visual/scale: actuatorlength actuatorwidth camera com connect constraint contactheight
    contactwidth forcewidth framelength framewidth frustum jointlength jointwidth light
    selectpoint slidercrank
visual/rgba: actuator actuatornegative actuatorpositive bv bvactive camera com connect constraint
    contactforce contactfriction contactgap contactpoint contacttorque crankbroken fog force
    frustum haze inertia joint light rangefinder selectpoint slidercrank
default: class
default/mesh: inertia maxhullvert scale
default/material: emission metallic reflectance rgba roughness shininess specular texrepeat
    texture texuniform
default/material/layer: role texture
default/joint: actuatorfrclimited actuatorfrcrange actuatorgravcomp armature axis damping
    frictionloss group limited margin pos range ref solimpfriction solimplimit solreffriction
    solreflimit springdamper springref stiffness type user
default/geom: adhesion axisangle conaffinity condim contype density euler fitscale fluidcoef
    fluidshape friction fromto gap group hfield margin mass material mesh pos priority quat rgba
    shellinertia size solimp solmix solref surfacevel type user xyaxes zaxis
default/site: axisangle euler fromto group material mesh pos quat rgba size type user xyaxes zaxis
default/camera: axisangle euler focal focalpixel fovy ipd mode output pos principal principalpixel
    projection quat resolution sensorsize user xyaxes zaxis
default/light: active ambient attenuation bulbradius castshadow cutoff diffuse dir directional
    exponent intensity mode pos range softness specular type
default/pair: adhesion condim friction gap margin solimp solref solreffriction
default/equality: active solimp solref
default/tendon: damping frictionloss group limited margin material range rgba solimpfriction
    solimplimit solreffriction solreflimit springlength stiffness user width
default/general: actdim actearly actlimited actrange armature biasprm biastype cranklength
    ctrllimited ctrlrange damping delay dynprm dyntype ffrange forcelimited forcerange gainprm
    gaintype gear group input interp nsample user velrange
default/motor: armature cranklength ctrllimited ctrlrange damping delay forcelimited forcerange
    gear group interp nsample user
default/position: armature cranklength ctrllimited ctrlrange damping dampratio delay forcelimited
    forcerange gear group inheritrange interp kp kv nsample timeconst user
default/velocity: armature cranklength ctrllimited ctrlrange damping delay forcelimited forcerange
    gear group interp kv nsample user
default/intvelocity: actlimited actrange armature cranklength ctrllimited ctrlrange damping
    dampratio delay forcelimited forcerange gear group inheritrange interp kp kv nsample user
default/orientation: ctrlrange dampratio delay forcelimited forcerange group input interp kp kv
    nsample user
default/pid: armature cranklength ctrllimited ctrlrange damping dampratio delay ffrange
    forcelimited forcerange gear group imax inheritrange input interp ki kp kv nsample posrange
    slewmax user velrange
default/damper: armature cranklength ctrlrange damping delay forcelimited forcerange gear group
    interp kv nsample user
default/cylinder: area armature bias cranklength ctrllimited ctrlrange damping delay diameter
    forcelimited forcerange gear group interp nsample timeconst user
default/muscle: armature cranklength ctrllimited ctrlrange damping delay force forcelimited
    forcerange fpmax fvmax gear group interp lmax lmin nsample range scale timeconst user vmax
default/adhesion: ctrlrange delay forcelimited forcerange gain group interp nsample user
default/dcmotor: armature cogging controller cranklength ctrllimited ctrlrange damping delay gear
    group inductance input interp lugre motorconst nominal nsample resistance saturation thermal
    user
asset/mesh: builtin class content_type face file inertia material maxhullvert name normal params
    refpos refquat scale smoothnormal texcoord vertex
asset/hfield: content_type elevation file name ncol nrow size
asset/skin: face file group inflate material name rgba texcoord vertex
asset/skin/bone: bindpos bindquat body vertid vertweight
asset/texture: builtin colorspace content_type file fileback filedown filefront fileleft fileright
    fileup gridlayout gridsize height hflip mark markrgb name nchannel random rgb1 rgb2 type vflip
    width
asset/material: class emission metallic name reflectance rgba roughness shininess specular
    texrepeat texture texuniform
asset/material/layer: role texture
body: axisangle childclass euler gravcomp mocap name pos quat simple sleep user xyaxes zaxis
body/inertial: axisangle diaginertia euler fullinertia mass pos quat xyaxes zaxis
body/joint: actuatorfrclimited actuatorfrcrange actuatorgravcomp armature axis class damping
    frictionloss group limited margin name pos range ref solimpfriction solimplimit solreffriction
    solreflimit springdamper springref stiffness type user
body/freejoint: align group name
body/geom: adhesion axisangle class conaffinity condim contype density euler fitscale fluidcoef
    fluidshape friction fromto gap group hfield margin mass material mesh name pos priority quat
    rgba shellinertia size solimp solmix solref surfacevel type user xyaxes zaxis
body/site: axisangle class euler fromto group material mesh name pos quat rgba size type user
    xyaxes zaxis
body/camera: axisangle class euler focal focalpixel fovy ipd mode name output pos principal
    principalpixel projection quat resolution sensorsize target user xyaxes zaxis
body/light: active ambient attenuation bulbradius castshadow class cutoff diffuse dir directional
    exponent intensity mode name pos range softness specular target texture type
body/composite: count curve initial offset prefix quat size type vertex
body/composite/joint: armature axis damping frictionloss group kind limited margin range solimpfix
    solimpfriction solimplimit solreffix solreffriction solreflimit stiffness type
body/composite/skin: group inflate material rgba subgrid texcoord
body/composite/geom: adhesion conaffinity condim contype density friction gap group margin mass
    material priority rgba size solimp solmix solref surfacevel type
body/composite/site: group material mesh rgba size
body/flexcomp: axisangle cellcount count dim dof element euler file flatskin group inertiabox mass
    material name origin point pos quat radius rgba rigid scale spacing texcoord type xyaxes zaxis
body/flexcomp/edge: damping equality solimp solref stiffness
body/flexcomp/elasticity: damping elastic2d poisson thickness young
body/flexcomp/contact: activelayers conaffinity condim contype friction gap internal margin
    passive priority selfcollide solimp solmix solref
body/flexcomp/pin: grid gridrange id range
deformable/flex: body cellcount dim dof element elemtexcoord flatskin group material name node
    nodecoord radius rgba texcoord vertex
deformable/flex/contact: activelayers conaffinity condim contype friction gap internal margin
    passive priority selfcollide solimp solmix solref
deformable/flex/edge: damping stiffness
deformable/flex/elasticity: damping elastic2d poisson thickness young
deformable/skin: face file group inflate material name rgba texcoord vertex
deformable/skin/bone: bindpos bindquat body vertid vertweight
contact/pair: adhesion class condim friction gap geom1 geom2 margin name solimp solref
    solreffriction
contact/exclude: body1 body2 name
tendon/spatial: actuatorfrclimited actuatorfrcrange armature class damping frictionloss group
    limited margin material name range rgba solimpfriction solimplimit solreffriction solreflimit
    springlength stiffness user width
tendon/spatial/site: site
tendon/spatial/geom: geom sidesite
tendon/spatial/pulley: divisor
tendon/fixed: actuatorfrclimited actuatorfrcrange armature class damping frictionloss group
    limited margin name range solimpfriction solimplimit solreffriction solreflimit springlength
    stiffness user
tendon/fixed/joint: coef joint
equality/connect: active anchor body1 body2 class name site1 site2 solimp solref
equality/weld: active anchor body1 body2 class name relpose site1 site2 solimp solref torquescale
equality/joint: active class joint1 joint2 name polycoef solimp solref
equality/tendon: active class name polycoef solimp solref tendon1 tendon2
equality/flex,flexvert: active class flex name solimp solref
equality/flexstrain: active cell class flex name solimp solref
actuator/general: actdim actearly actlimited actrange armature biasprm biastype body class
    cranklength cranksite ctrllimited ctrlrange damping delay dynprm dyntype ffrange forcelimited
    forcerange gainprm gaintype gear group input interp joint jointinparent lengthrange name
    nsample refsite site slidersite tendon user velrange
actuator/motor: armature class cranklength cranksite ctrllimited ctrlrange damping delay
    forcelimited forcerange gear group interp joint jointinparent lengthrange name nsample refsite
    site slidersite tendon user
actuator/position: armature class cranklength cranksite ctrllimited ctrlrange damping dampratio
    delay forcelimited forcerange gear group inheritrange interp joint jointinparent kp kv
    lengthrange name nsample refsite site slidersite tendon timeconst user
actuator/velocity: armature class cranklength cranksite ctrllimited ctrlrange damping delay
    forcelimited forcerange gear group interp joint jointinparent kv lengthrange name nsample
    refsite site slidersite tendon user
actuator/intvelocity: actlimited actrange armature class cranklength cranksite ctrllimited
    ctrlrange damping dampratio delay forcelimited forcerange gear group inheritrange interp joint
    jointinparent kp kv lengthrange name nsample refsite site slidersite tendon user
actuator/orientation: class ctrlrange dampratio delay forcelimited forcerange group input interp
    joint kp kv name nsample refsite site user
actuator/pid: armature class cranklength cranksite ctrllimited ctrlrange damping dampratio delay
    ffrange forcelimited forcerange gear group imax inheritrange input interp joint jointinparent
    ki kp kv lengthrange name nsample posrange refsite site slewmax slidersite tendon user
    velrange
actuator/damper: armature class cranklength cranksite ctrlrange damping delay forcelimited
    forcerange gear group interp joint jointinparent kv lengthrange name nsample refsite site
    slidersite tendon user
actuator/cylinder: area armature bias class cranklength cranksite ctrllimited ctrlrange damping
    delay diameter forcelimited forcerange gear group interp joint jointinparent lengthrange name
    nsample refsite site slidersite tendon timeconst user
actuator/muscle: armature class cranklength cranksite ctrllimited ctrlrange damping delay force
    forcelimited forcerange fpmax fvmax gear group interp joint jointinparent lengthrange lmax
    lmin name nsample range scale slidersite tausmooth tendon timeconst user vmax
actuator/adhesion: body class ctrlrange delay forcelimited forcerange gain group interp name
    nsample user
actuator/dcmotor: armature class cogging controller cranklength cranksite ctrllimited ctrlrange
    damping delay gear group inductance input interp joint jointinparent lengthrange lugre
    motorconst name nominal nsample refsite resistance saturation site slidersite tendon thermal
    user
sensor/touch,accelerometer,velocimeter,gyro,force,torque,magnetometer: cutoff delay interp
    interval name noise nsample site user
sensor/camprojection: camera cutoff delay interp interval name noise nsample site user
sensor/rangefinder: camera cutoff data delay interp interval name noise nsample site user
sensor/jointpos,jointvel,jointactuatorfrc,ballquat,ballangvel,jointlimitpos,jointlimitvel,jointlimitfrc:
    cutoff delay interp interval joint name noise nsample user
sensor/tendonpos,tendonvel,tendonactuatorfrc,tendonlimitpos,tendonlimitvel,tendonlimitfrc: cutoff
    delay interp interval name noise nsample tendon user
sensor/actuatorpos,actuatorvel,actuatorfrc: actuator cutoff delay interp interval name noise
    nsample user
sensor/framepos,framequat,framexaxis,frameyaxis,framezaxis,framelinvel,frameangvel: cutoff delay
    interp interval name noise nsample objname objtype refname reftype user
sensor/framelinacc,frameangacc: cutoff delay interp interval name noise nsample objname objtype
    user
sensor/subtreecom,subtreelinvel,subtreeangmom: body cutoff delay interp interval name noise
    nsample user
sensor/insidesite: cutoff delay interp interval name noise nsample objname objtype site user
sensor/distance,normal,fromto: body1 body2 cutoff delay geom1 geom2 interp interval name noise
    nsample user
sensor/contact: body1 body2 cutoff data delay geom1 geom2 interp interval name noise nsample num
    reduce site subtree1 subtree2 user
sensor/e_potential,e_kinetic,clock: cutoff delay interp interval name noise nsample user
sensor/tactile: cutoff delay geom interp interval mesh name nsample user
sensor/user: cutoff datatype dim name needstage noise objname objtype user
custom/numeric: data name size
custom/text: data name
custom/tuple: name
custom/tuple/element: objname objtype prm
keyframe/key: act ctrl mpos mquat name qpos qvel time
body/frame: axisangle childclass euler name pos quat xyaxes zaxis
body/replicate: count euler offset sep
"""
