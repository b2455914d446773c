namespace Serverless.Functions.Plans;

/// <summary>How much of a metric an application may use in each window of a period; 0 takes the metric out of the plan.</summary>
internal sealed record PlanLimit(string Metric, LimitPeriod Period, long Value);
