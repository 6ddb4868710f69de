namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether automatic rollbacks are switched off (S27).</summary>
internal sealed class KillSwitchInspection(ReadinessScope scope) : IInspection
{
    public string Name => "kill-switch";

    public ReadinessArea Area => ReadinessArea.State;

    public string Expected => "automatic rollbacks are not switched off (S27)";

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(scope.Context.Store.Location, "STOP");
        return Task.FromResult(scope.Context.Store.IsAutomaticOff
            ? ReadinessFinding.Warn($"they are off: {file} is there, or cannot be looked for",
                $"Ask who put it there, and remove it when its reason is gone: Remove-Item '{file}'.")
            : ReadinessFinding.Ready($"there is no {file}"));
    }
}
