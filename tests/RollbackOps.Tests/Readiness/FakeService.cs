using RollbackOps.Readiness;

namespace RollbackOps.Tests.Readiness;

/// <summary>A service that says what a test wants, or refuses.</summary>
internal sealed class FakeService(Func<ServiceReading> read) : IServiceAccess
{
    public string Name { get; init; } = "vercel";

    public string Place { get; init; } = "Vercel";

    public int Reads { get; private set; }

    public Task<ServiceReading> ReadAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return Task.FromResult(read());
    }

    public void Dispose()
    {
    }
}
