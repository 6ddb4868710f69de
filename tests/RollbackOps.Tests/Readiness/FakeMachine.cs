using RollbackOps.Readiness;

namespace RollbackOps.Tests.Readiness;

/// <summary>A machine with as much space and as many programs as a test wants.</summary>
internal sealed class FakeMachine : IMachine
{
    public Func<string, long?> Space { get; set; } = _ => long.MaxValue;

    public IList<ToolFinding> Tools { get; } = [];

    public long? FreeSpace(string folder) => Space(folder);

    public Task<IReadOnlyList<ToolFinding>> FindToolsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ToolFinding>>([.. Tools]);
}
