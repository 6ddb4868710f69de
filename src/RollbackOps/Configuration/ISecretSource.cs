namespace RollbackOps.Configuration;

/// <summary>Resolves <c>env:NAME</c> and <c>secret:[VAULT/]NAME</c> references, only when they are used.</summary>
public interface ISecretSource
{
    /// <summary>The value behind a reference; a text that is no reference is given back unchanged.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.SecretUnavailable"/>: it cannot be read.</exception>
    ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken);
}
