namespace RollbackOps.Decisions;

/// <summary>
/// Evidence that a rate is above a threshold, valid however often it is looked at (decisions.md §3): half an anchored
/// likelihood ratio since go-live, and a Shiryaev-Roberts sum that begins anew at every full minute. All in logarithms.
/// </summary>
internal sealed class Evidence
{
    private const double Never = double.NegativeInfinity;

    private static readonly double s_logAnchored = Math.Log(0.5);
    private static readonly double s_logRestarting = -Math.Log(120);

    private readonly double[] _failed;
    private readonly double[] _answered;
    private readonly double[] _anchored;
    private readonly double[] _restarting;
    private readonly double _logCount;

    /// <summary>Begins without evidence.</summary>
    /// <param name="null">What it is gathered against.</param>
    /// <param name="isAnchored">Whether the first cell begins at go-live; from a bare window only the restarting part counts.</param>
    public Evidence(EvidenceNull @null, bool isAnchored)
    {
        var count = @null.Alternatives.Length;
        (_failed, _answered) = (new double[count], new double[count]);
        (_anchored, _restarting) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var q = @null.Alternatives[i];
            _failed[i] = Math.Log(q / @null.Rate);
            _answered[i] = Math.Log((1 - q) / (1 - @null.Rate));
            (_anchored[i], _restarting[i]) = (isAnchored ? 0 : Never, Never);
        }

        _logCount = Math.Log(count);
    }

    /// <summary>ln W; minus infinity before the first cell of a bare window.</summary>
    public double Log
    {
        get
        {
            var top = Never;
            for (var i = 0; i < _anchored.Length; i++)
            {
                top = Math.Max(top, Math.Max(_anchored[i] + s_logAnchored, _restarting[i] + s_logRestarting));
            }

            if (double.IsNegativeInfinity(top))
            {
                return Never;
            }

            var sum = 0.0;
            for (var i = 0; i < _anchored.Length; i++)
            {
                sum += Math.Exp(_anchored[i] + s_logAnchored - top) + Math.Exp(_restarting[i] + s_logRestarting - top);
            }

            return top + Math.Log(sum) - _logCount;
        }
    }

    /// <summary>Adds a cell.</summary>
    /// <param name="requests">Its requests.</param>
    /// <param name="errors">Errors (or slow ones) among them.</param>
    /// <param name="beginsMinute">Whether a full minute begins with it, counted from the first cell.</param>
    public void Add(long requests, long errors, bool beginsMinute)
    {
        for (var i = 0; i < _anchored.Length; i++)
        {
            var step = (errors * _failed[i]) + ((requests - errors) * _answered[i]);
            _anchored[i] += step;
            _restarting[i] = (beginsMinute ? LogOnePlus(_restarting[i]) : _restarting[i]) + step;
        }
    }

    /// <summary>Whether W has reached what is needed, given as its logarithm.</summary>
    public bool Reaches(double logNeeded)
    {
        // W is at most its greatest part; most looks end here.
        for (var i = 0; i < _anchored.Length; i++)
        {
            if (Math.Max(_anchored[i], _restarting[i]) >= logNeeded)
            {
                return Log >= logNeeded;
            }
        }

        return false;
    }

    /// <summary>ln(e^x + 1).</summary>
    private static double LogOnePlus(double x) => x > 37 ? x : x < -37 ? 0 : Math.Log(1 + Math.Exp(x));
}
