using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>Whether a verdict may be acted on with nobody there, and why or why not (decisions.md §5; S27).</summary>
internal sealed class AutomaticOutcome
{
    private readonly DecisionInputs _inputs;

    public AutomaticOutcome(DecisionInputs inputs) => _inputs = inputs;

    /// <summary>Nothing to act on.</summary>
    public (bool IsCarried, string Why) None { get; } = (false, "no: nothing to act on");

    /// <param name="needsProbe">Whether it may be one user's trouble: who is refused is not told apart (decisions.md §5 (d)).</param>
    public (bool IsCarried, string Why) OfHardSignal(bool needsProbe) =>
        needsProbe && !HasFailedProbe(_inputs.Policy.AssessDuration)
            ? (false, "no: it may be one client that is refused, and no probe failed")
            : Forbidden() ?? (true, "yes: a hard signal");

    public (bool IsCarried, string Why) OfTraffic(MeasuredCells? cells)
    {
        if (cells is null)
        {
            return (false, "no: a person decides");
        }

        var rule = cells.Rule;
        return rule.Automatic switch
        {
            AutomaticCheck.Carried => Allowed("yes: the traffic carries it, without its worst client and its worst minute, too"),
            AutomaticCheck.ClientsUnknown when HasFailedProbe(cells) => Allowed("yes: the traffic carries it, and a probe failed, too"),
            AutomaticCheck.ClientsUnknown => (false, cells.IsGateway
                ? "no: one client is a gateway, so it may be one user's trouble, and no probe failed"
                : "no: clients are not known, so it may be one user's trouble, and no probe failed"),
            AutomaticCheck.OneClient => (false, "no: without the client that has most errors there is too little"),
            AutomaticCheck.OneMinute => (false, "no: without the 60 s with most errors there is too little"),
            AutomaticCheck.TooWeak => (false, "no: the rate is falling, or the evidence is too weak"),
            _ => (false, "no: a person decides"),
        };
    }

    private (bool IsCarried, string Why) Allowed(string why) =>
        _inputs.Policy.Automatic == AutomaticPolicy.Never
            ? (false, "no: policy.automatic is never")
            : Forbidden() ?? (true, why);

    private (bool IsCarried, string Why)? Forbidden() => AutomaticGuard.Of(_inputs).Forbids(_inputs.At) is { } why ? (false, $"no: {why}") : null;

    /// <summary>Whether a synthetic probe failed within D (decisions.md §5 (d)).</summary>
    private bool HasFailedProbe(MeasuredCells cells) => HasFailedProbe(
        (cells.Rule.IsImmediate ? cells.Numbers.ImmediateCells : cells.Numbers.UndecidedCells) * cells.Numbers.Cell);

    private bool HasFailedProbe(TimeSpan within)
    {
        var since = _inputs.At - within;
        return _inputs.Probes.Any(probe => probe.Status == CheckStatus.Failed && probe.At >= since);
    }
}
