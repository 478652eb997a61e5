"""Times what the Python peers do, in one process each, and prints the seconds. usage: peers.py JOB FILE..."""
import sys
import time

import numpy as np


def mask_of(path):
    import nibabel

    return np.ascontiguousarray(np.asarray(nibabel.load(path).dataobj).T)


PASSES = 5


def timed(run, arrays):
    def once():
        for array in arrays:
            run(array)

    once()  # warm, as ours
    start = time.perf_counter()
    for _ in range(PASSES):
        once()
    return (time.perf_counter() - start) / PASSES


def noise(share):
    return (np.random.default_rng(1).random((200, 512, 512)) < share).astype(np.uint8)


def blobs():
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(np.random.default_rng(2).random((200, 512, 512), dtype=np.float32), 3)
    return (field > np.quantile(field, 0.7)).astype(np.uint8)


def statistics(array):
    np.percentile(array, [0.5, 1, 5, 25, 50, 75, 95, 99, 99.5])
    array.mean(dtype=np.float64)
    array.std(dtype=np.float64)


job, files = sys.argv[1], sys.argv[2:]
if job == "save":
    noise(0.5).tofile(files[0])
    blobs().tofile(files[1])
elif job == "statistics":
    print(timed(statistics, [mask_of(files[0])]))
else:
    import cc3d
    from skimage.measure import label

    run = {"cc3d": lambda a: cc3d.connected_components(a, connectivity=26), "skimage": label}[job.split(":")[0]]
    arrays = [noise(0.5)] if job.endswith(":noise") else [blobs()] if job.endswith(":blobs") else [mask_of(f) for f in files]
    print(timed(run, arrays))
