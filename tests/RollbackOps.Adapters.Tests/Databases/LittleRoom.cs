using System.Reflection;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A database on a volume that has so many bytes free, and is otherwise what it is.</summary>
public class LittleRoom : DispatchProxy
{
    private IDatabaseEngine _engine = null!;
    private long _free;

    public static DatabaseContext Around(DatabaseContext context, long free)
    {
        var engine = Create<IDatabaseEngine, LittleRoom>();
        var room = (LittleRoom)(object)engine;
        (room._engine, room._free) = (context.Engine, free);
        return new DatabaseContext(context.Context, context.Database, engine, context.Hooks, context.OpenFolder);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_engine, args);
        return answer is Task<LiveFacts> facts ? WithRoomAsync(facts) : answer;
    }

    private async Task<LiveFacts> WithRoomAsync(Task<LiveFacts> facts) => await facts with { FreeSpace = _free };
}
