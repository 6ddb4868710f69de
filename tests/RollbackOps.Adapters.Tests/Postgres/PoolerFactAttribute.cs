namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>A test with a real PgBouncer before a real server, both of which <c>.ci/run</c> installs; else skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PoolerFactAttribute : FactAttribute
{
    public PoolerFactAttribute() => Skip = PostgresCluster.WhyNot ?? Pooler.WhyNot;
}
