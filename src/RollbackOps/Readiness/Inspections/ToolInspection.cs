namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether the programs that the configuration needs are there, and fit what they work with.</summary>
internal sealed class ToolInspection(ReadinessScope scope) : IInspection
{
    public string Name => "tools";

    public ReadinessArea Area => ReadinessArea.Machine;

    public string Expected => "the programs that the configuration needs, in versions that fit";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var tools = await scope.Machine.FindToolsAsync(cancellationToken);
        var unfit = tools.Where(tool => tool.Fault is not null).ToList();
        return (tools, unfit) switch
        {
            ([], _) => ReadinessFinding.None("the configuration needs none"),
            (_, []) => ReadinessFinding.Ready(string.Join(", ", tools)),
            _ => ReadinessFinding.Fail(string.Join("; ", unfit), string.Join(" ", unfit.Select(tool => tool.NextStep).OfType<string>().Distinct(StringComparer.Ordinal))),
        };
    }
}
