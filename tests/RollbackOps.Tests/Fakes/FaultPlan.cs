namespace RollbackOps.Tests.Fakes;

/// <summary>The process dies here: nothing of the product catches it.</summary>
internal sealed class CrashException(string where) : Exception(where);

/// <summary>Counts every boundary that the fakes pass (before and after each record and effect) and fails at one.</summary>
internal sealed class FaultPlan
{
    private readonly List<string> _passed = [];

    /// <summary>The boundary to fail at, counted from 0; null for none.</summary>
    public int? FailAt { get; set; }

    /// <summary>Makes the failure of a boundary's name.</summary>
    public Func<string, Exception> Failure { get; set; } = where => new CrashException(where);

    /// <summary>The boundaries passed so far.</summary>
    public IReadOnlyList<string> Passed => _passed;

    public void At(string boundary)
    {
        _passed.Add(boundary);
        if (FailAt == _passed.Count - 1)
        {
            throw Failure(boundary);
        }
    }
}
