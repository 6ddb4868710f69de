namespace RollbackOps.Decisions;

/// <summary>
/// Whether a tier has been left (decisions.md §6): evidence since its condition last held that the rate is well below
/// its threshold. For display; nothing acts on it.
/// </summary>
internal sealed class Leaving
{
    private static readonly double s_logNeeded = Math.Log(20);
    private static readonly double[] s_parts = [0.02, 0.1, 0.25, 0.5];

    private readonly double _rate;
    private readonly int _least;
    private readonly int _most;
    private int _lastHeld;

    /// <param name="rate">θ, as a fraction.</param>
    /// <param name="least">The least time in the tier, in cells.</param>
    /// <param name="most">After how many cells it is given up as not cleared.</param>
    public Leaving(double rate, int least, int most)
    {
        _rate = rate;
        _least = least;
        _most = most;
    }

    /// <summary>The look at which the tier was entered; null when it is not in force.</summary>
    public int? Entered { get; private set; }

    /// <summary>The look at which its condition held last; before the first one where it is carried over.</summary>
    public int LastHeld => _lastHeld;

    /// <summary>Whether it ended without being cleared.</summary>
    public bool IsUncleared { get; private set; }

    /// <summary>Requests since the condition last held.</summary>
    public long Requests { get; private set; }

    /// <summary>Errors among them.</summary>
    public long Errors { get; private set; }

    /// <summary>ln V.</summary>
    public double Log
    {
        get
        {
            var sum = 0.0;
            foreach (var f in s_parts)
            {
                sum += Math.Exp((Errors * Math.Log(f)) + ((Requests - Errors) * Math.Log((1 - (f * _rate)) / (1 - _rate))));
            }

            return Math.Log(sum / s_parts.Length);
        }
    }

    /// <summary>How many requests without an error would be needed from the condition's end on.</summary>
    public long Needed
    {
        get
        {
            var (low, high) = (0L, 1L << 40);
            while (low < high)
            {
                var middle = (low + high) / 2;
                var sum = s_parts.Sum(f => Math.Exp(Math.Min(700, middle * Math.Log((1 - (f * _rate)) / (1 - _rate)))));
                (low, high) = Math.Log(sum / s_parts.Length) >= s_logNeeded ? (low, middle) : (middle + 1, high);
            }

            return low;
        }
    }

    /// <summary>The tier is in force from a look before, which these cells do not reach back to.</summary>
    /// <param name="entered">When it was entered, as a look.</param>
    /// <param name="lastHeld">When its condition held last, as a look.</param>
    public void Resume(int entered, int lastHeld) => (Entered, _lastHeld) = (entered, lastHeld);

    /// <summary>Takes the cell before a look.</summary>
    /// <param name="at">The look.</param>
    /// <param name="holds">Whether the tier's condition holds.</param>
    /// <param name="requests">The cell's requests.</param>
    /// <param name="errors">Errors among them.</param>
    /// <param name="isNowBelow">Whether the now-rate is below θ.</param>
    public void Look(int at, bool holds, long requests, long errors, bool isNowBelow)
    {
        if (holds)
        {
            Entered ??= at;
            (_lastHeld, Requests, Errors, IsUncleared) = (at, 0, 0, false);
            return;
        }

        if (Entered is null)
        {
            return;
        }

        Requests += requests;
        Errors += errors;
        if (at - Entered >= _least && isNowBelow && Log >= s_logNeeded)
        {
            Entered = null;
        }
        else if (at - _lastHeld >= _most)
        {
            (Entered, IsUncleared) = (null, true);
        }
    }
}
