"""Warm kernels: a Jupyter kernel in a tenth of a second, for any Python notebook.

A server process imports the given modules once, together with all that IPython and ipykernel load late; each
kernel is a fork of it, with its own session, folders, seeds and limits. The provisioner is named by a
kernel's `kernel.json`, and papermill, nbclient, `jupyter execute` and JupyterLab use it from there:

    {
      "display_name": "Python 3 (warm)", "language": "python",
      "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
      "metadata": {"kernel_provisioner": {
        "provisioner_name": "warm-provisioner",
        "config": {"modules": ["pandas", "matplotlib.pyplot"], "memory_mb": 4096, "cpu_seconds": 3600}
      }}
    }

The server lives as long as the process that started its first kernel. Where kernels are started by many
short processes, one server serves them all:

    python -m sharedsocial_utils.kernels pandas matplotlib.pyplot -- papermill in.ipynb out.ipynb -k warm

What differs from an ordinary kernel: it has a HOME, TMPDIR and MPLCONFIGDIR of its own (`private` false in
the config leaves them as they are); there is no debugger; BLAS starts with one thread; a matplotlibrc in the
notebook's folder is not read. Linux only: elsewhere, and for a command that is not this Python's, an ordinary
kernel starts, and says so once.
"""
