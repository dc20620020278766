-- name: last_lookup :one
-- The number of the last attempt that asked a register.
select max(attempt.attempt) as attempt
from attempt
where task_id = @task_id and call = 'lookup';

-- name: attempt_ran_with :one
-- The parameter versions and the adapter's version that an attempt ran with.
select parameters, adapter_version
from attempt
where task_id = @task_id and attempt = @attempt;

-- name: version_pending :one
-- The adapter's version that the target took the task from: whoever asks for its status asks with it.
select adapter_version
from attempt
where task_id = @task_id and outcome = 'pending'
order by attempt desc
limit 1;
