namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a command's name leads to something else here: a function of the same name beats ours.</summary>
internal sealed class ShadowInspection(ReadinessScope scope) : IInspection
{
    public string Name => "commands";

    public ReadinessArea Area => ReadinessArea.Machine;

    public string Expected => "every command of the module is what its name leads to";

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(scope.Shadowed.Count == 0
        ? ReadinessFinding.Ready("every one is")
        : ReadinessFinding.Fail(
            string.Join("; ", scope.Shadowed.Select(one => $"{one.Name} leads to {one.By}")),
            $"Write RollbackTools\\{scope.Shadowed[0].Name}, or remove what stands in its way (Remove-Item Function:{scope.Shadowed[0].Name})."));
}
