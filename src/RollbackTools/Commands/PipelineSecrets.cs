using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Redaction;

namespace RollbackTools.Commands;

/// <summary>
/// Reads <c>env:NAME</c> from the environment and <c>secret:[VAULT/]NAME</c> from SecretManagement, on the pipeline
/// thread and only when used.
/// </summary>
internal sealed class PipelineSecrets : ISecretSource
{
    private const string EnvironmentPrefix = "env:";
    private const string SecretPrefix = "secret:";
    private const string GetSecret =
        "param($Name, $Vault) $given = @{ Name = $Name; AsPlainText = $true; ErrorAction = 'Stop' }; "
        + "if ($Vault) { $given.Vault = $Vault }; Microsoft.PowerShell.SecretManagement\\Get-Secret @given";

    private readonly PSCmdlet _command;
    private readonly Func<Func<string>, Task<string>> _onPipeline;

    public PipelineSecrets(PSCmdlet command, Func<Func<string>, Task<string>> onPipeline)
    {
        _command = command;
        _onPipeline = onPipeline;
    }

    public async ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        var value = await ReadAsync(reference);
        if (value != reference)
        {
            Redactor.Know(value);
        }

        return value;
    }

    private async ValueTask<string> ReadAsync(string reference)
    {
        if (reference.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
        {
            var name = reference[EnvironmentPrefix.Length..];
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
                ? value
                : throw Unavailable(reference, $"the environment variable '{name}' is not set", $"Set it: $env:{name} = …", inner: null);
        }

        return reference.StartsWith(SecretPrefix, StringComparison.Ordinal)
            ? await _onPipeline(() => Read(reference))
            : reference;
    }

    private string Read(string reference)
    {
        var path = reference[SecretPrefix.Length..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (vault, name) = slash < 0 ? (string.Empty, path) : (path[..slash], path[(slash + 1)..]);
        try
        {
            var values = _command.InvokeCommand.InvokeScript(GetSecret, name, vault);
            return values.Count == 1 && values[0]?.BaseObject is string value
                ? value
                : throw Unavailable(reference, "the vault gave no text", "Store it as a string: Set-Secret.", inner: null);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            // Only the kind of failure is told: a vault's message may quote the secret (S40).
            var isAbsent = failure is CommandNotFoundException
                || failure.ErrorRecord.FullyQualifiedErrorId.Contains("CommandNotFound", StringComparison.Ordinal)
                || failure.ErrorRecord.FullyQualifiedErrorId.Contains("CouldNotAutoLoadModule", StringComparison.Ordinal);
            throw isAbsent
                ? Unavailable(reference, "the module Microsoft.PowerShell.SecretManagement is not installed",
                    "Install-Module Microsoft.PowerShell.SecretManagement, or use an env: reference.", failure)
                : Unavailable(reference, "the vault did not give it",
                    $"Try it by hand: Get-Secret -Name {name}{(vault.Length == 0 ? "" : $" -Vault {vault}")}.", failure);
        }
    }

    private static RollbackOpsException Unavailable(string reference, string why, string nextStep, Exception? inner) =>
        new(ErrorId.SecretUnavailable, $"The secret '{reference}' cannot be read: {why}.", nextStep, reference, inner);
}
