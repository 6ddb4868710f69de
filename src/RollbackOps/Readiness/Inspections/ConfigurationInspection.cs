namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether there is a configuration. That it is valid is known as soon as it was read: it is checked strictly.</summary>
internal sealed class ConfigurationInspection(ReadinessScope scope) : IInspection
{
    public const string CheckName = "configuration";
    public const string Wanted = "a rollback.json that is valid";

    public string Name => CheckName;

    public ReadinessArea Area => ReadinessArea.Configuration;

    public string Expected => Wanted;

    public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(scope.Settings.File is { } file
        ? ReadinessFinding.Ready($"{file} is valid for {scope.Settings.Project}/{scope.Settings.Environment}")
        : ReadinessFinding.Warn(
            $"there is no rollback.json: the release directory {scope.Settings.BaseFolder} with the defaults alone",
            "Write one with New-RollbackConfiguration; health checks, contacts and the database are named there."));
}
