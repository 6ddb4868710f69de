namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether a pin that a rollback set was forgotten (S11): nothing goes live while it is up.</summary>
internal sealed class PinInspection(ReadinessScope scope) : IInspection
{
    public string Name => "pin";

    public ReadinessArea Area => ReadinessArea.Platform;

    public string Expected => $"promotion is not pinned, or for less than {Elapsed.Told(scope.Limits.PinAge)} (S11)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if (!scope.Context.Platform.CanPin)
        {
            return ReadinessFinding.None($"{scope.Context.Platform.Name} pins nothing");
        }

        if (await scope.Context.Platform.ReadPinAsync(cancellationToken) is not { } pin)
        {
            return ReadinessFinding.Ready("promotion is not pinned");
        }

        var age = scope.Now - pin.Since;
        var observed = $"pinned to {pin.DeploymentId} since {pin.Since:u} by {pin.By}{(pin.Reason is { } reason ? $" ({reason})" : "")}, for {Elapsed.Told(age)}";
        var mend = pin.RollbackId is { } id
            ? $"When the cause is mended: Undo-Rollback {id} -Reason ..., or deploy anew and lift the pin."
            : "Ask whoever set it; lift it where it was set when it is no longer needed.";
        return age > scope.Limits.PinAge ? ReadinessFinding.Fail(observed, mend) : ReadinessFinding.Warn(observed, mend);
    }
}
