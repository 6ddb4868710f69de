namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>A test on a real PostgreSQL server, whose programs <c>.ci/run</c> installs; without them it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.WhyNot;
}

/// <summary>The same with several inputs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresCluster.WhyNot;
}
