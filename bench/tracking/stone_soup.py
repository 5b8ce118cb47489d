#!/usr/bin/env python3
"""The same scene by Stone Soup (PyPI: stonesoup): extended Kalman filter, nearly constant velocity, global nearest neighbour, tracks
begun of several measurements. Writes rows as `vigia track` does and prints the processor time of the tracking alone.

usage: stone_soup.py SCENE TRACKS.csv [SECONDS]   SECONDS: so much of the scene only
"""
import csv, datetime, json, sys, time
import numpy as np, pyproj
from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
from stonesoup.deleter.time import UpdateTimeStepsDeleter
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.initiator.simple import MultiMeasurementInitiator
from stonesoup.measures import Mahalanobis
from stonesoup.models.measurement.nonlinear import CartesianToBearingRange
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import ExtendedKalmanPredictor
from stonesoup.types.array import StateVector
from stonesoup.types.detection import Detection
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import ExtendedKalmanUpdater

folder, path = sys.argv[1:3]
limit = float(sys.argv[3]) if len(sys.argv) > 3 else 1e9
scene = json.load(open(f"{folder}/scene.json"))
start = datetime.datetime.fromisoformat(scene["start"].replace("Z", "+00:00")).replace(tzinfo=None)
scans = {}
for r in csv.DictReader(open(f"{folder}/plots.csv")):
    t = datetime.datetime.fromisoformat(r["time"].replace("Z", "+00:00")).replace(tzinfo=None)
    if (t - start).total_seconds() <= limit:
        scans.setdefault(t, []).append((float(r["range_m"]), np.pi / 2 - np.deg2rad(float(r["bearing_deg"]))))
motion = CombinedLinearGaussianTransitionModel([ConstantVelocity(.02), ConstantVelocity(.02)])
model = CartesianToBearingRange(4, (0, 2), np.diag([np.deg2rad(.3) ** 2, 25. ** 2]))
predictor, updater = ExtendedKalmanPredictor(motion), ExtendedKalmanUpdater(None)
associator = GNNWith2DAssignment(DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=3.5))
deleter = UpdateTimeStepsDeleter(4)
prior = GaussianState([0, 0, 0, 0], np.diag([1e10, 81., 1e10, 81.]))
initiator = MultiMeasurementInitiator(prior, deleter=UpdateTimeStepsDeleter(2), data_associator=GNNWith2DAssignment(
    DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=3.5)), updater=updater, measurement_model=model, min_points=3)
back = pyproj.Transformer.from_crs(f"+proj=aeqd +lat_0={scene['lat0']} +lon_0={scene['lon0']} +ellps=WGS84", "+proj=longlat +ellps=WGS84", always_xy=True)
tracks, rows, begun = set(), [], time.process_time()
for t, plots in sorted(scans.items()):
    seen = {Detection(StateVector([b, r]), timestamp=t, measurement_model=model) for r, b in plots}
    used = set()
    if tracks:
        for track, hypothesis in associator.associate(tracks, seen, t).items():
            if hypothesis:
                track.append(updater.update(hypothesis))
                used.add(hypothesis.measurement)
            else:
                track.append(hypothesis.prediction)
        tracks -= deleter.delete_tracks(tracks, timestamp=t) if hasattr(deleter, "delete_tracks") else set()
    tracks |= initiator.initiate(seen - used, t)
    rows += [(t, track.id, float(track.state_vector[0]), float(track.state_vector[2])) for track in tracks]
took = time.process_time() - begun
with open(path, "w") as f:
    f.write("time,contact,lat,lon\n")
    for t, who, x, y in rows:
        lon, lat = back.transform(x, y)
        f.write(f"{t.isoformat(timespec='milliseconds')}Z,{who},{lat:.7f},{lon:.7f}\n")
print(json.dumps({"scans": len(scans), "ms_a_scan": round(took * 1000 / len(scans), 3)}))
