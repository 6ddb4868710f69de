using System.Globalization;

namespace RollbackOps.Decisions;

/// <summary>The client that has most of the errors, and how the rest of the traffic is without it.</summary>
/// <param name="IsRestWell">Whether the rest alone would be fixed forward, or monitored at most.</param>
/// <param name="Text">The client and its part, in a sentence.</param>
internal sealed record SingleClient(bool IsRestWell, string Text)
{
    /// <summary>Finds it; null where clients are not known, one is a gateway, or no client has most of the errors.</summary>
    public static SingleClient? Of(MeasuredCells cells)
    {
        if (!cells.Clients.IsKnown || cells.IsGateway)
        {
            return null;
        }

        var rule = cells.Rule;
        var from = Math.Max(0, rule.At - cells.Numbers.Minutes(60));
        var all = cells.Cells.Errors(from, rule.At);
        if (new ClientTally(cells.Clients).Worst(from, rule.At) is not { } worst || 2 * worst.Errors <= all)
        {
            return null;
        }

        var rest = new WithoutClient(
            cells.Numbers, cells.Cells, cells.Clients, worst.Client, cells.Numbers.Assess, cells.IsAnchored);
        rest.Advance(rule.At);
        var tier = LowTier.Of(rest.Cells, rule.At, cells.Numbers);
        var (_, requests, errors) = LowTier.Window(rest.Cells, rule.At, cells.Numbers);
        return new SingleClient(tier is Verdict.FixForward or Verdict.Monitor, string.Create(CultureInfo.InvariantCulture,
            $"one client ({cells.Clients.NameOf(worst.Client)}) has {worst.Errors} of {all} errors; of the others' requests {errors} of {requests} failed"));
    }
}
