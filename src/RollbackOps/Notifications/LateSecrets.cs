using RollbackOps.Configuration;

namespace RollbackOps.Notifications;

/// <summary>
/// Reads secrets of the environment at once, and those of a vault only when the act is over: a vault that asks a person for
/// its password, or hangs, would hold up the rollback (S36).
/// </summary>
internal sealed class LateSecrets : ISecretSource
{
    private const string Vault = "secret:";

    private readonly ISecretSource _secrets;
    private readonly Func<Task> _over;

    /// <param name="secrets">Reads them.</param>
    /// <param name="over">The end of the act that goes on now.</param>
    public LateSecrets(ISecretSource secrets, Func<Task> over)
    {
        _secrets = secrets;
        _over = over;
    }

    public async ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        if (reference.StartsWith(Vault, StringComparison.Ordinal))
        {
            await _over().WaitAsync(cancellationToken);
        }

        return await _secrets.ResolveAsync(reference, cancellationToken);
    }
}
